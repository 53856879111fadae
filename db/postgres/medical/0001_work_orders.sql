-- Target tables of the medical work orders. Optional: etl migrate --with medical.

CREATE TABLE public.notification_text (
    notification_id    text PRIMARY KEY,
    noti_date          timestamp,
    noti_assigned_date timestamp,
    noti_closed_date   timestamp,
    noti_category_id   text,
    sys_eq_id          text,
    noti_country_id    text,
    sys_fl_id          text,
    sys_mat_id         text,
    sys_serial_id      text,
    noti_trendcode_l1  text,
    noti_trendcode_l2  text,
    noti_trendcode_l3  text,
    noti_issue_type    text,
    noti_medium_text   text,
    noti_text          text,
    updated_at         timestamp
);
CREATE INDEX notification_text_updated_at ON public.notification_text (updated_at);
COMMENT ON TABLE public.notification_text IS 'Work orders as the source has them.';
COMMENT ON COLUMN public.notification_text.noti_issue_type IS 'As at the source: NULL, empty and undocumented values occur, so there is no CHECK.';
COMMENT ON COLUMN public.notification_text.updated_at IS 'Change time at the source, UTC.';

CREATE TABLE public.ai_extracted_data (
    notification_id  text PRIMARY KEY REFERENCES public.notification_text (notification_id),
    modules_ai       text,
    component_ai     text,
    fault_ai         text,
    process_ai       text,
    cause_ai         text,
    resolution_ai    jsonb,
    summary          text,
    confidence_score numeric(5,4) CHECK (confidence_score BETWEEN 0 AND 1),
    model_version    text,
    updated_at       timestamp
);
CREATE INDEX ai_extracted_data_updated_at ON public.ai_extracted_data (updated_at);
COMMENT ON TABLE public.ai_extracted_data IS 'Structured fields extracted from a work order''s text.';
COMMENT ON COLUMN public.ai_extracted_data.resolution_ai IS 'Steps in order: [{"step": 1, "action": "…"}].';
COMMENT ON COLUMN public.ai_extracted_data.confidence_score IS '0 to 1.';
