import type { LayerMap } from '#contract/images/layer-map.ts'
import type { Repository } from '#contract/images/repositories.ts'
import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { countOf, formatCount } from '#web/components/text/count-of.ts'
import { useInfiniteRows } from '#web/components/table/list-rows.ts'
import { ListScaffold } from '#web/components/table/list-scaffold.tsx'
import { useUrlState } from '#web/components/layout/use-url-state.ts'
import { noWriteReason } from '#web/entities/access-labels.ts'
import { ImageDialogs } from '../image-dialogs.tsx'
import { NoTags } from '../list/no-tags.tsx'
import { layerMapQuery } from '../queries.ts'
import type { DeletionTarget } from '../list/selection.ts'
import { isFiltered, noFilters, readView } from '../list/tags-view.ts'
import { useOpenImage } from '../use-open-image.ts'
import { DenseMap } from './dense-map.tsx'
import { EffectPanel } from './effect-panel.tsx'
import classes from './layer-map.module.css'
import { isSameItem } from './map-focus.ts'
import { createMapModel, isDense, type DrawnImage } from './map-model.ts'
import { MapLegend } from './map-legend.tsx'
import { MapToolbar } from './map-toolbar.tsx'
import { MapTables } from './map-tables.tsx'
import { RibbonMap } from './ribbons/ribbon-map.tsx'

interface LayerMapViewProps {
  readonly name: string
  /** Undefined while it loads. */
  readonly repository: Repository | undefined
}

const imagesOf = ({ images }: LayerMap) => images

/** Images × layers of a repository: which image uses which layers, and what would go with it. */
export function LayerMapView({ name, repository }: LayerMapViewProps) {
  const [parameters, updateUrl] = useUrlState()
  // It draws what images hold, which cleaning does not change.
  const view = useMemo(() => ({ ...readView(parameters), verdict: null }), [parameters])
  const isTable = parameters.get('as') === 'table'
  const query = useInfiniteQuery(layerMapQuery(name, view))
  const model = useMemo(
    () => query.data && createMapModel(query.data.pages.map(({ data }) => data)),
    [query.data],
  )
  const [targets, setTargets] = useState<readonly DeletionTarget[] | null>(null)
  const list = useInfiniteRows(query, imagesOf)
  const noDeleteReason = noWriteReason(name, repository?.accessLevel)

  const openImage = useOpenImage()
  const open = ({ tags, digest }: DrawnImage) => openImage(tags[0] ?? digest, { isStep: true })
  const askToDelete = ({ tags, digest }: DrawnImage) =>
    setTargets([{ name: tags[0] ?? digest, digest, isWhole: true }])

  const Drawing = model && isDense(model) ? DenseMap : RibbonMap
  return (
    <>
      <ListScaffold
        list={list}
        failure="Couldn’t load the layer map"
        nextFailure="Couldn’t load more images"
        filter={{
          what: 'image',
          isOn: isFiltered(view),
          onClear: () => updateUrl(noFilters),
        }}
        empty={<NoTags />}
        toolbar={
          <MapToolbar
            repository={name}
            view={view}
            onView={updateUrl}
            count={model && countWords(model.images.length, model.layers.length, list.totalCount)}
            isTable={isTable}
          />
        }
      >
        {model && isTable && <MapTables model={model} onOpen={open} />}
        {model && !isTable && (
          <div className={classes.colors}>
            <Drawing label={`Layer map of ${name}`} model={model}>
              {({ shown, chosen }) => (
                <>
                  <EffectPanel
                    model={model}
                    shown={shown}
                    isChosen={shown !== null && isSameItem(chosen, shown)}
                    onOpen={open}
                    onDelete={askToDelete}
                    noDeleteReason={noDeleteReason}
                  />
                  <MapLegend model={model} />
                </>
              )}
            </Drawing>
          </div>
        )}
        {list.next && !list.next.hasFailed && (
          <div className={classes.more}>
            <Button variant="default" loading={list.next.isLoading} onClick={list.next.load}>
              Draw more images
            </Button>
          </div>
        )}
      </ListScaffold>
      {!list.hasFailed && (
        <ImageDialogs
          repository={name}
          isReady={list.isLoaded}
          targets={targets}
          onTargets={setTargets}
          noDeleteReason={noDeleteReason}
        />
      )}
    </>
  )
}

const countWords = (images: number, layers: number, all: number | null): string =>
  all !== null && all > images
    ? `The first ${countOf(images, 'image')} of ${formatCount(all)}, ${countOf(layers, 'layer')}`
    : `${countOf(images, 'image')}, ${countOf(layers, 'layer')}`
